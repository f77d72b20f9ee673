"""What is wrong with training data: findings with their place and the fix."""
