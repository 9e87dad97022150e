//! Memory at the end of the program.

/// Leaves a large value in memory. The program ends after it, and the kernel takes back all of a process at once; to give
/// a thousand links and stanzas back piece by piece takes a twentieth of a reload that has nothing to do.
pub(crate) fn leave_to_the_system<T>(value: T) {
    std::mem::forget(value);
}
