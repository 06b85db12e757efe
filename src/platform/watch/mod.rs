//! Has anybody written to some folders since they were first looked at?
//!
//! Where the system can tell, its word saves looking at every file once more. It is asked only for a
//! proof that nothing at all has happened: whatever it reports, and whatever it might not report
//! (files with several names, other file systems, more folders than a few thousand), means looking.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub use linux::Watch;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::Watch;

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
