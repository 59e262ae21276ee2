"""What office formats share: packages of XML parts, runs of text, drawings, embedded files."""
