//! Ladders and standards in three values: the grade that is proven, the grade still possible, and what decides it.
