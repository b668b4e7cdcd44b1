"""Stand-ins at the two ends of nginx that write down what really arrives."""
