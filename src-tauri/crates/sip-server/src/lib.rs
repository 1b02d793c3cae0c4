//! The SIP server roles: registrar, location, forking proxy, redirect, digest.
