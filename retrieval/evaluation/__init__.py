"""How well questions are answered: rankings, right answers, refusals, and the thresholds that follow."""

__all__ = ["answer_checks", "calibration", "question_files", "ranking", "self_test", "self_test_questions"]
