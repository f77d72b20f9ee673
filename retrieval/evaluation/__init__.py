"""How well questions are answered: rankings, right answers, refusals, and the thresholds that follow."""
