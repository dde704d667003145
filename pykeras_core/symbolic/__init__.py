"""What functional models are wired with: placeholders, the calls they record, their shapes."""
