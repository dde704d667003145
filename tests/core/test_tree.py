"""Nested structures: order, round trips, structures that do not line up."""

from collections import namedtuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pykeras_core import tree

Pair = namedtuple("Pair", ["left", "right"])

structures = st.recursive(
    st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.tuples(inner, inner).map(lambda pair: Pair(*pair))
        | st.dictionaries(st.sampled_from("dcba"), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(structures)
def test_packing_the_leaves_gives_the_structure_back(structure):
    again = tree.pack_sequence_as(structure, tree.flatten(structure))
    assert again == structure
    assert repr(again) == repr(structure)


@given(structures)
def test_paths_lead_to_their_leaves(structure):
    for path, leaf in tree.flatten_with_path(structure):
        found = structure
        for key in path:
            found = found[key]
        assert found is leaf


@given(structures)
def test_map_structure_keeps_the_form(structure):
    doubled = tree.map_structure(lambda a, b: a + b, structure, structure)
    tree.assert_same_structure(structure, doubled)
    tree.assert_same_paths(structure, doubled)
    assert tree.flatten(doubled) == [2 * leaf for leaf in tree.flatten(structure)]


@given(structures)
def test_lists_to_tuples_leaves_no_list(structure):
    assert "[" not in repr(tree.lists_to_tuples(structure))


def test_dicts_are_visited_by_sorted_keys_whatever_their_types():
    assert tree.flatten({"b": 1, "a": 2}) == [2, 1]
    assert sorted(tree.flatten({"b": 1, 3: 2})) == [1, 2]


def test_map_structure_up_to_stops_where_the_first_does():
    assert tree.map_structure_up_to([0, 0], len, [[1, 2], [3]]) == [2, 1]


def test_shapes_are_leaves_of_a_shape_structure():
    shapes = {"a": [None, 3], "b": [(2,), None]}
    ranks = tree.map_shape_structure(len, shapes)
    assert ranks == {"a": 2, "b": [1, None]}
    with pytest.raises(ValueError, match="`structure` as shapes"):
        tree.map_shape_structure(len, {"a": "bc"})


def test_traverse_replaces_nodes_from_the_top_or_from_the_bottom():
    def shorten(node):
        return "list" if isinstance(node, list) else None

    assert tree.traverse(shorten, {"a": [[1]]}) == {"a": "list"}
    assert tree.traverse(lambda n: tree.MAP_TO_NONE if n == 1 else None, [1, 2]) == [None, 2]
    assert tree.traverse(lambda n: sum(n) if isinstance(n, list) else None, [[1, 2], [3]],
                         top_down=False) == 6  # fmt: skip


@pytest.mark.parametrize(("a", "b"), [([1], [1, 2]), ({"a": 1}, {"b": 1}), ([1], 1), (1, [1])])
def test_structures_that_do_not_line_up_are_refused(a, b):
    with pytest.raises(ValueError, match="do not line up"):
        tree.assert_same_structure(a, b)
    with pytest.raises(ValueError, match="do not line up"):
        tree.map_structure(lambda x, y: x, a, b)


def test_counts_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="as 2 items"):
        tree.pack_sequence_as([0, 0], [1])
    with pytest.raises(ValueError, match="at least one structure"):
        tree.map_structure(len)
    with pytest.raises(ValueError, match="only `b` has"):
        tree.assert_same_paths([1], [1, 2])
