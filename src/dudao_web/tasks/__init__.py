"""Tasks (待办事项): a unit must do something by a date."""
