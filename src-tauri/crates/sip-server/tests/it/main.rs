//! The roles of a SIP server as phones and applications meet them, in one test program.

mod app;
mod digest;
mod proxy;
mod redirect;
mod registrar;
mod support;
