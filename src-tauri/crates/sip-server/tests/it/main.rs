//! The roles of a SIP server as phones and applications meet them, in one test program.

mod app;
mod digest;
mod line_calls;
mod line_health;
mod line_login;
mod line_random;
mod line_registration;
mod line_session;
mod line_support;
mod line_whose;
mod proxy;
mod redirect;
mod registrar;
mod support;
