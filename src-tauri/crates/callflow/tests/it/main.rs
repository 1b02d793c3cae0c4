//! The documents of `fixtures/`, walks as lists of what is heard and done, and random documents.

mod corpus;
mod office_of_tests;
mod random;
mod walks;
