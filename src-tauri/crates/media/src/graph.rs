//! The graph: who hears what, every 20 ms.
