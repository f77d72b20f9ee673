"""File formats to rows: CSV, JSON, YAML, Parquet, Markdown and HTML."""
