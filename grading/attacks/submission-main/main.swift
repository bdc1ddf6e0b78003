print("25/25")
