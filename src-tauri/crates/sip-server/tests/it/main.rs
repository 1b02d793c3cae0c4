//! The roles of a SIP server as phones and applications meet them, in one test program.

mod app;
mod digest;
mod line_registration;
mod line_support;
mod proxy;
mod redirect;
mod registrar;
mod support;
