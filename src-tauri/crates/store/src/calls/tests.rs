//! The call history finds what was kept, quickly, and loses nothing.
