//! The customer's world as values: persons, devices, extensions, the office.
