print("alloclab")
