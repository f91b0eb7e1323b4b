//! Pages and tables of a result: HTML, Markdown, JSON, CSV; English and Chinese.
