//! A session with what belongs to it: the branches that were left, and its sub-agents under the calls that started
//! them.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::Tasks;
use super::beginning::{self, Kin};
use super::group::Group;
use super::home::{AgentFile, LogFile, agents_of};
use super::log::{self, Log};
use super::messages::SessionGroups;
use super::told::Told;
use super::tree::key;
use crate::error::{Error, Result};
use crate::model::{Notes, Oddity, Session, SessionInfo, SessionTree, Timestamp, Todo};
use crate::source::parts::string;
use crate::stop::Stop;

/// The largest file of a task that is read, in bytes, and how many of them.
const LARGEST_TASK: u64 = 64 * 1024;
const MOST_TASKS: usize = 1000;

/// A session of the document, before its place in the tree is known.
struct Member {
    id: String,
    /// The id of the one that it belongs to.
    parent: Option<String>,
    path: PathBuf,
    bytes: u64,
    groups: Vec<Group>,
    told: Told,
    title: Option<String>,
    agent: Option<String>,
}

impl Member {
    fn new(id: String, log: &LogPlace<'_>, groups: Vec<Group>, told: Told) -> Self {
        Self {
            id,
            parent: None,
            path: log.path.to_owned(),
            bytes: log.bytes,
            groups,
            title: told.title(),
            told,
            agent: None,
        }
    }
}

/// A log that groups are read from.
struct LogPlace<'a> {
    path: &'a Path,
    bytes: u64,
}

/// Reads a session and what belongs to it. `logs` are those of its store.
///
/// # Errors
/// Those of [`log::read`].
pub fn of(
    file: &LogFile,
    logs: &[LogFile],
    home: Option<&Path>,
    notes: &mut Notes,
    stop: &Stop,
) -> Result<(SessionTree, Vec<SessionGroups>)> {
    let is_agent = file.id.starts_with("agent-");
    let log = log::read(
        &file.path,
        &file.id,
        &beginning::kin(file, logs, stop)?,
        stop,
    )?;
    note(&log.main.told, notes);
    let elsewhere = untold_logs(file, logs, &log, stop)?;
    let mut gathered = Gathered::default();
    gathered.add_log(&file.id, &file.path, log);
    let files = match is_agent {
        true => Vec::new(),
        false => agents_of(file),
    };
    let mut seen = HashSet::new();
    for agent in files {
        if !seen.insert(agent.id.clone()) {
            continue;
        }
        match log::read(&agent.path, &agent.id, &Kin::default(), stop) {
            // The session that was asked for is there, and tells that a part of it is not.
            Err(Error::StoreUnreadable { .. }) => notes.add("session", Oddity::LogDamaged),
            log => gathered.add_agent(agent, log?, notes),
        }
    }
    gathered.tell_left_out(elsewhere);
    let agents = gathered.link();
    let todos = home.and_then(|home| todos(&home.join("tasks").join(&file.id)));
    Ok(tree(gathered.members, todos, agents, &file.id))
}

/// Counts the logs in other projects that have the session's id and hold answers that its own log lacks.
fn untold_logs(file: &LogFile, logs: &[LogFile], log: &Log, stop: &Stop) -> Result<usize> {
    let others = logs
        .iter()
        .filter(|other| other.id == file.id && other.path != file.path);
    let mut untold = 0;
    for other in others {
        let other = log::read(&other.path, &other.id, &Kin::default(), stop);
        stop.check()?;
        // One that cannot be read may hold some.
        let is_told = other.is_ok_and(|other| other.answers.is_subset(&log.answers));
        untold += usize::from(!is_told);
    }
    Ok(untold)
}

/// A call that started a sub-agent.
struct AgentCall {
    id: String,
    /// The session that made it.
    of: String,
    /// The prompt as a number.
    prompt: Option<u64>,
}

/// The sessions of a document, and what tells how they belong together.
#[derive(Default)]
struct Gathered {
    /// The session that was asked for stands first.
    members: Vec<Member>,
    calls: Vec<AgentCall>,
    /// The call that started a sub-agent, by the id of the sub-agent.
    by_agent: HashMap<String, String>,
    /// The number of sub-agents that the program started before the first prompt.
    warm_ups: usize,
}

impl Gathered {
    fn add_log(&mut self, id: &str, path: &Path, log: Log) {
        let place = LogPlace {
            path,
            bytes: log.bytes,
        };
        let mut main = Member::new(id.to_owned(), &place, log.main.groups, log.main.told);
        main.title = log.title.or(main.title);
        self.learn(&main);
        self.members.push(main);
        for (number, groups) in log.branches.into_iter().enumerate() {
            let times = groups.iter().filter_map(|group| group.start);
            let told = Told {
                created: times.clone().min(),
                updated: times.max(),
                ..Told::default()
            };
            let id_of_branch = log::branch_id(id, number + 1);
            self.members.push(Member {
                parent: Some(id.to_owned()),
                ..Member::new(id_of_branch, &place, groups, told)
            });
        }
        for (number, thread) in log.inline.into_iter().enumerate() {
            let id_of_agent = format!("{id}-agent-{}", number + 1);
            let member = Member {
                parent: Some(id.to_owned()),
                ..Member::new(id_of_agent, &place, thread.groups, thread.told)
            };
            self.learn(&member);
            self.members.push(member);
        }
    }

    fn add_agent(&mut self, agent: AgentFile, log: Log, notes: &mut Notes) {
        let told = &log.main.told;
        if !told.is_conversation {
            return;
        }
        // Old versions start some before anybody asked for anything.
        if told.first_prompt == Some(key("Warmup")) {
            self.warm_ups += 1;
            return;
        }
        // Some versions wrote a sub-agent both into a log of its own and between the lines of the session.
        let known = |member: &Member| member.told.first_answer == told.first_answer;
        if told.first_answer.is_some() && self.members.iter().any(known) {
            return;
        }
        note(told, notes);
        if let Some(call) = &agent.meta.call {
            self.by_agent.insert(agent.id.clone(), call.clone());
        }
        let first = self.members.len();
        self.add_log(&agent.id, &agent.path, log);
        if let Some(member) = self.members.get_mut(first) {
            member.title = agent.meta.description.or(member.title.take());
            member.agent = agent.meta.agent_type;
        }
    }

    /// Takes over the facts that a session tells of the sub-agents that it started.
    fn learn(&mut self, member: &Member) {
        let started = member.told.agent_calls.iter();
        self.calls.extend(started.map(|(call, prompt)| AgentCall {
            id: call.clone(),
            of: member.id.clone(),
            prompt: *prompt,
        }));
        for (agent, call) in &member.told.agents {
            let of_agent = self.by_agent.entry(format!("agent-{agent}"));
            of_agent.or_insert_with(|| call.clone());
        }
    }

    /// Counts sub-agents that nobody asked for, and logs in other folders, among what the document of the session leaves
    /// out.
    fn tell_left_out(&mut self, elsewhere: usize) {
        if let Some(session) = self.members.first_mut() {
            log::leave_out(&mut session.groups, "warm-up-agent", self.warm_ups);
            log::leave_out(&mut session.groups, "log-in-another-folder", elsewhere);
        }
    }

    /// Finds the call that started each sub-agent. Gives the sub-agents by those calls.
    fn link(&mut self) -> HashMap<String, String> {
        let mut agents = HashMap::new();
        let calls = self.calls.iter();
        let starter: HashMap<&str, &str> = calls
            .map(|call| (call.id.as_str(), call.of.as_str()))
            .collect();
        let mut by_prompt: HashMap<u64, VecDeque<&AgentCall>> = HashMap::new();
        for call in &self.calls {
            if let Some(prompt) = call.prompt {
                by_prompt.entry(prompt).or_default().push_back(call);
            }
        }
        let root = self.members.first().map(|root| root.id.clone());
        for member in self.members.iter_mut().skip(1) {
            if member.groups.first().is_some_and(is_branch) {
                continue;
            }
            let told = self.by_agent.get(&member.id).cloned();
            let call = told.or_else(|| {
                // Each of several calls with the same prompt started one.
                let asked = by_prompt.get_mut(&member.told.first_prompt?)?;
                Some(asked.pop_front()?.id.clone())
            });
            let of = call.as_deref().and_then(|call| starter.get(call));
            let of = of.filter(|of| **of != member.id);
            member.parent = of.map(|of| (*of).to_owned()).or_else(|| root.clone());
            if let Some(call) = call {
                agents.entry(call).or_insert_with(|| member.id.clone());
            }
        }
        agents
    }
}

fn is_branch(group: &Group) -> bool {
    use super::group::Kind::Happened;
    group.kind == Happened(crate::model::Happening::BranchLeft)
}

/// Puts each behind the one that it belongs to.
fn tree(
    members: Vec<Member>,
    todos: Option<Vec<Todo>>,
    agents: HashMap<String, String>,
    root: &str,
) -> (SessionTree, Vec<SessionGroups>) {
    let agents = Arc::new(agents);
    let mut of: HashMap<String, Vec<Member>> = HashMap::new();
    let mut waiting: Vec<(Member, Option<usize>)> = Vec::new();
    let ids: HashSet<String> = members.iter().map(|member| member.id.clone()).collect();
    for member in members {
        match member.parent.clone().filter(|parent| ids.contains(parent)) {
            None if waiting.is_empty() => waiting.push((member, None)),
            parent => {
                let parent = parent.unwrap_or_else(|| root.to_owned());
                of.entry(parent).or_default().push(member);
            }
        }
    }
    let mut todos = todos;
    let mut tree = SessionTree::default();
    let mut sessions = Vec::new();
    loop {
        while let Some((member, parent)) = waiting.pop() {
            let place = tree.sessions.len();
            let mut children = of.remove(&member.id).unwrap_or_default();
            children.sort_by_key(|child| (child.told.created, child.id.clone()));
            let children = children.into_iter().rev();
            waiting.extend(children.map(|child| (child, Some(place))));
            tree.sessions.push(Session {
                parent,
                todos: todos.take(),
                is_branch: member.groups.first().is_some_and(is_branch),
                info: info(&member),
                ..Session::default()
            });
            sessions.push(SessionGroups {
                path: member.path,
                groups: member.groups,
                bytes: member.bytes,
                agents: agents.clone(),
            });
        }
        // Those that started each other, as hostile logs may say, belong to the session itself.
        let Some(lost) = of.keys().min().cloned() else {
            return (tree, sessions);
        };
        let lost = of.remove(&lost).unwrap_or_default();
        waiting.extend(lost.into_iter().map(|member| (member, Some(0))));
    }
}

fn info(member: &Member) -> SessionInfo {
    let time = |millis: Option<i64>| millis.and_then(Timestamp::in_range);
    let told = &member.told;
    SessionInfo {
        id: Some(member.id.clone()),
        title: member.title.clone(),
        directory: told.directory.clone(),
        version: told.version.clone(),
        agent: member.agent.clone(),
        parent_id: member.parent.clone(),
        created: time(told.created),
        updated: time(told.updated),
        cost: told.cost,
        ..SessionInfo::default()
    }
}

/// Notes the oddities of a log.
fn note(told: &Told, notes: &mut Notes) {
    for (is_odd, oddity) in [
        (told.unreadable > 0, Oddity::LogDamaged),
        (told.unknown > 0, Oddity::UnknownRecords),
    ] {
        if is_odd {
            notes.add("session.log", oddity);
        }
    }
}

/// The tasks of a session, in the order of their numbers.
fn todos(folder: &Path) -> Option<Vec<Todo>> {
    let is_folder = folder.symlink_metadata().is_ok_and(|it| it.is_dir());
    let entries = fs::read_dir(folder).ok().filter(|_| is_folder)?;
    let mut tasks = Tasks::new();
    for entry in entries.flatten().take(MOST_TASKS) {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".json"));
        let number = number.and_then(|number| number.parse().ok());
        let metadata = entry.metadata().ok();
        let is_file = metadata.is_some_and(|it| it.is_file() && it.len() <= LARGEST_TASK);
        if let Some(number) = number.filter(|_| is_file) {
            tasks.insert(number, entry.path());
        }
    }
    let task = |path: &PathBuf| {
        let value: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        Some(Todo {
            content: string(&value, "subject").or_else(|| string(&value, "description"))?,
            status: string(&value, "status"),
            ..Todo::default()
        })
    };
    let todos: Vec<Todo> = tasks.values().filter_map(task).collect();
    (!todos.is_empty()).then_some(todos)
}
