//! Takes a document piece by piece, and looks at and writes what came before in another thread.

use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{Scope, ScopedJoinHandle};

use crate::error::{Error, Result};
use crate::redact::Watch;
use crate::render::document::Piece;

/// How much is handed over at once, in bytes.
const BATCH: usize = 64 * 1024;
/// How many batches may wait to be written.
const WAITING: usize = 3;

/// Takes the pieces of a document, in order.
pub type Sink<'a> = &'a mut (dyn FnMut(&str) -> Result<()> + Send);

/// Pieces of a document. They are looked at one by one, as they came.
#[derive(Default)]
pub struct PrintedBatch {
    text: String,
    /// The end of each piece, and true where it was looked at before.
    pieces: Vec<(usize, bool)>,
}

impl PrintedBatch {
    fn add(&mut self, piece: Piece<'_>) {
        self.text.push_str(piece.text);
        self.pieces.push((self.text.len(), piece.is_searched));
    }

    /// Empties it, to be filled again. What one long piece needed is given back.
    fn clear(&mut self) {
        self.text.clear();
        self.text.shrink_to(2 * BATCH);
        self.pieces.clear();
    }

    fn print(&self, watch: &mut Watch, sink: Sink<'_>) -> Result<()> {
        let mut start = 0;
        for (end, is_searched) in &self.pieces {
            let text = self.text.get(start..*end).unwrap_or_default();
            look(watch, text, *is_searched)?;
            start = *end;
        }
        sink(&self.text)
    }
}

/// The way of a document to its file.
pub enum Printer<'scope, 'env> {
    /// A short one is written at once.
    Here { watch: Watch, sink: Sink<'env> },
    /// A long one, in another thread.
    There {
        batch: PrintedBatch,
        batches: SyncSender<PrintedBatch>,
        /// Batches that were written, to be filled again.
        written: Receiver<PrintedBatch>,
        thread: ScopedJoinHandle<'scope, Result<Watch>>,
    },
}

impl<'scope, 'env> Printer<'scope, 'env> {
    /// Starts a thread in `scope` where the document is long.
    pub fn start(
        scope: &'scope Scope<'scope, 'env>,
        is_long: bool,
        watch: Watch,
        sink: Sink<'env>,
    ) -> Self {
        if !is_long {
            return Self::Here { watch, sink };
        }
        let (batches, waiting) = mpsc::sync_channel(WAITING);
        let (empty, written) = mpsc::channel();
        Self::There {
            batch: PrintedBatch::default(),
            batches,
            written,
            thread: scope.spawn(move || print(&waiting, &empty, watch, sink)),
        }
    }

    /// Adds a piece. [`Printer::finish`] tells why an earlier one could not be written.
    ///
    /// # Errors
    /// Those of [`Watch::look`] and of the sink, or that an earlier piece failed.
    pub fn add(&mut self, piece: Piece<'_>) -> Result<()> {
        match self {
            Self::Here { watch, sink } => {
                look(watch, piece.text, piece.is_searched)?;
                sink(piece.text)
            }
            Self::There {
                batch,
                batches,
                written,
                ..
            } => {
                batch.add(piece);
                if batch.text.len() < BATCH {
                    return Ok(());
                }
                let empty = written.try_recv().unwrap_or_default();
                let batch = std::mem::replace(batch, empty);
                batches.send(batch).map_err(|_| Error::Internal)
            }
        }
    }

    /// Writes the rest. Gives what the look at the document came to.
    ///
    /// # Errors
    /// Those of [`Watch::look`] and of the sink.
    pub fn finish(self) -> Result<Watch> {
        match self {
            Self::Here { watch, .. } => Ok(watch),
            Self::There {
                batch,
                batches,
                thread,
                ..
            } => {
                // If it cannot be sent, the thread has ended, and its result tells the error.
                let _ = batches.send(batch);
                drop(batches);
                thread.join().unwrap_or(Err(Error::Internal))
            }
        }
    }
}

/// Looks at a piece. What was searched before was not searched for values found in others.
fn look(watch: &mut Watch, text: &str, is_searched: bool) -> Result<()> {
    if !is_searched {
        watch.look_for_forms(text)?;
    }
    watch.look_for_values(text);
    Ok(())
}

fn print(
    waiting: &Receiver<PrintedBatch>,
    empty: &Sender<PrintedBatch>,
    mut watch: Watch,
    sink: Sink<'_>,
) -> Result<Watch> {
    while let Ok(mut batch) = waiting.recv() {
        batch.print(&mut watch, sink)?;
        batch.clear();
        // Whoever has the whole document by now fills none.
        let _ = empty.send(batch);
    }
    Ok(watch)
}
