"""dudao (教育督导评估): standards as data, figures with their cells, verdicts with their reasons. A pure library."""
