//! Withholding the network: a process gets a network of its own, in which there is nothing but the loopback
//! device, so that it can talk to itself and to what it starts.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::NoNetwork;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::NoNetwork;
