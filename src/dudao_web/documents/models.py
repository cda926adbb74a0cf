"""Documents (公文): frozen pages with a number, their attachments, the register of 发文字号."""
