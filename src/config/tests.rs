//! Configurations from texts in memory.
