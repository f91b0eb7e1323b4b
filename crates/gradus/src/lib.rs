//! Gradus turns raw figures into scores, grades and reports that anyone can check.
