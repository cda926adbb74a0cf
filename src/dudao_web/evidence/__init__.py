"""Evidence (佐证材料): the bytes that were handed in, kept once by SHA-256, and who owns which name of them."""
