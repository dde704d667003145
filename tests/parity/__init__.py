"""Agreement with real Keras 3: case tables, goldens made with it, and the comparison.

A case table is a module named ``<family>_cases.py`` with a tuple ``CASES``. Every case is one
function that runs unchanged on real Keras (when goldens are made) and on this package (when
tests run). Adding a case is adding one row there and running ``make_goldens``.
"""
