//! The gate in the switch: what it decides is told, kept and carried out.
