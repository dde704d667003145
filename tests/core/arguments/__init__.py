"""The tables behind `test_wrong_arguments_generated`: valid calls, wrong values, what is legal."""
