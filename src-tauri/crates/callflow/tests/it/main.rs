//! The documents of `fixtures/`, walks as lists of what is heard and done, random documents, and whose turn
//! it is in queues.

mod corpus;
mod office_of_tests;
mod random;
mod turns;
mod walks;
