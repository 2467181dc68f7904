//! Tests of the whole, one binary. A module is a kind of promise.

mod documents; // whole documents: tree and findings beside the input
mod properties; // what holds for every text
