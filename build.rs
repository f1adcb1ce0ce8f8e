//! Sets the linker flags that a Node native addon needs.

fn main() {
    #[cfg(feature = "binding")]
    napi_build::setup();
}
