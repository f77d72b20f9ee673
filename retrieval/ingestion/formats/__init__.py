"""File formats to rows: CSV, JSON, YAML, Parquet, Markdown and HTML."""

__all__ = ["csv_tables", "file_kinds", "html_pages", "json_values", "markdown", "parquet", "text_files", "yaml_entries"]
