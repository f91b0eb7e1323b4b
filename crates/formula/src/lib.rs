//! SQL scalar expressions for derived indicators, evaluated on columns.
