"""Units (单位), who holds which office there (任职), and the record of acts (操作记录)."""
