//! Reading telephone numbers.
