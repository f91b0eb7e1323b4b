//! Reads CSV, XLSX and ODS into typed observations and says what was read and what was not.
