"""XGBoost's trees out of a file: checked number by number, then written anew in the form that XGBoost is handed.

XGBoost follows indices and sizes of a model without looking: a wrong one crashes the process, writes outside its memory
or never ends. So of a file only what was checked here reaches it, and all the rest must be what we write ourselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from recsys.core import strict_json
from recsys.core.ubjson import ubjson

VERSIONS = ([3, 2],)  # major and minor, of XGBoost, whose form of a file this is
DEEPEST = 12  # questions in a row; the range of `TrainingConfig.depth` ends there too
LARGEST = 1e30  # of a leaf or a start: a sum over all trees stays finite in single precision
NO_CHILD, NO_PARENT = -1, 2**31 - 1
_NUMBER = r"-?\d(?:\.\d{1,9})?E-?\d{1,2}"
_NUMBERS = re.compile(rf"\[{_NUMBER}(?:,{_NUMBER})*\]")
NODES = {  # what a tree has of each node, and as what its binary form holds it
    "base_weights": ">f4",
    "default_left": "|u1",
    "left_children": ">i4",
    "loss_changes": ">f4",
    "parents": ">i4",
    "right_children": ">i4",
    "split_conditions": ">f4",
    "split_indices": ">i4",
    "split_type": "|u1",
    "sum_hessian": ">f4",
}
EMPTY = {  # what only questions about categories need
    "categories": ">i4",
    "categories_nodes": ">i4",
    "categories_segments": ">i8",
    "categories_sizes": ">i8",
}


def sound_trees(content: bytes, classes: int, names: Sequence[str]) -> bytes:
    """The trees of XGBoost's JSON file in its binary form, fit for `Booster.load_model`.

    Raises ValueError, KeyError or TypeError unless the file is one that we write for so many classes and these
    features, and every tree is sound.
    """
    document = strict_json.parse(content, limited=False)
    model = document["learner"]["gradient_booster"]["model"]
    trees, model["trees"] = model["trees"], []
    start, version = document["learner"]["learner_model_param"]["base_score"], document["version"]
    _require_start(start, classes)
    if version[:2] not in VERSIONS or not all(type(part) is int and 0 <= part < 1000 for part in version):
        raise ValueError("the trees were written by another version of XGBoost")
    expected = _document(len(trees), classes, list(names), start, version)
    if document != expected:
        raise ValueError("the trees were grown for other stars or features, or are not as this project writes them")
    nodes, sizes = _nodes(trees, len(names))
    _require_sound(nodes, sizes, len(names))
    nothing = np.zeros(0, ">i4")
    model = expected["learner"]["gradient_booster"]["model"]
    model["cats"] |= {"feature_segments": nothing, "sorted_idx": nothing}
    model["trees"] = _split(nodes, sizes, len(names))
    return ubjson(expected)


def _require_start(start: Any, classes: int) -> None:
    """What every row starts from, written as a text: one number for each class."""
    if not isinstance(start, str) or not _NUMBERS.fullmatch(start):
        raise ValueError("the trees' start is not a list of numbers")
    values = [float(part) for part in start[1:-1].split(",")]
    if len(values) != classes or max(map(abs, values)) > LARGEST:
        raise ValueError("the trees' start is of other stars, or out of range")


def _document(trees: int, classes: int, names: list[str], start: str, version: list[int]) -> dict[str, Any]:
    """The file without its trees, as XGBoost writes it for ours: keys in their order."""
    if trees % classes or not trees:
        raise ValueError("the trees are not as many for each star")
    model = {
        "cats": {"enc": [], "feature_segments": [], "sorted_idx": []},
        "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": str(trees)},
        "iteration_indptr": list(range(0, trees + 1, classes)),
        "tree_info": [tree % classes for tree in range(trees)],
        "trees": [],
    }
    learner = {
        "attributes": {},
        "feature_names": names,
        "feature_types": [],
        "gradient_booster": {"model": model, "name": "gbtree"},
        "learner_model_param": {
            "base_score": start,
            "boost_from_average": "1",
            "num_class": str(classes),
            "num_feature": str(len(names)),
            "num_target": "1",
        },
        "objective": {"name": "multi:softprob", "softmax_multiclass_param": {"num_class": str(classes)}},
    }
    return {"learner": learner, "version": version}


def _nodes(trees: Sequence[Mapping[str, Any]], features: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What is known of the nodes of all trees one after another, and how many nodes each tree has."""
    sizes = np.array([len(tree["left_children"]) for tree in trees])
    for number, (tree, size) in enumerate(zip(trees, sizes.tolist(), strict=True)):
        rest = {name: value for name, value in tree.items() if name not in NODES}
        if rest != _rest(number, size, features) or type(tree["id"]) is not int:
            raise ValueError("a tree is not as this project writes it")
        if not size or {len(tree[name]) for name in NODES} != {size}:
            raise ValueError("a tree's parts are of different lengths")
    return {name: _flat([tree[name] for tree in trees], dtype) for name, dtype in NODES.items()}, sizes


def _rest(number: int, size: int, features: int) -> dict[str, Any]:
    """All of a tree but its nodes."""
    about = {"num_deleted": "0", "num_feature": str(features), "num_nodes": str(size), "size_leaf_vector": "1"}
    return {**{name: [] for name in EMPTY}, "id": number, "tree_param": about}


def _flat(lists: Sequence[list[Any]], dtype: str) -> np.ndarray:
    values, whole = list(chain.from_iterable(lists)), "f" not in dtype
    if not set(map(type, values)) <= ({int} if whole else {int, float}):
        raise ValueError("a tree has a value that is not a number of the right kind")
    array = np.array(values, np.int64 if whole else np.float64)
    limits = np.iinfo(dtype) if whole else np.finfo(np.float32)
    if not ((array >= limits.min) & (array <= limits.max)).all():  # which NaN is not either
        raise ValueError("a tree has a number that is out of range")
    return array.astype(dtype)


def _require_sound(nodes: Mapping[str, np.ndarray], sizes: np.ndarray, features: int) -> None:
    """Every node but the first of its tree is one node's child and comes after it, and no branch is too long."""
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    own, size = np.arange(len(first)) - first, np.repeat(sizes, sizes)
    left, right, parents = (nodes[name].astype(np.int64) for name in ("left_children", "right_children", "parents"))
    inner, root = left != NO_CHILD, own == 0
    if not (np.where(inner, left + 1, NO_CHILD) == right).all() or not ((left > own) & (right < size))[inner].all():
        raise ValueError("a tree has a branch that leads astray")
    above = np.where(root, own, -1) + first
    children = np.concatenate([left[inner], right[inner]]) + np.tile(first[inner], 2)
    if not (np.bincount(children, minlength=len(own)) == ~root).all():
        raise ValueError("a tree has a node that is no node's child, or two nodes'")
    above[children] = np.tile(np.flatnonzero(inner), 2)
    if not (np.where(root, NO_PARENT, above - first) == parents).all() or not _reach_roots(above, root):
        raise ValueError("a tree has a branch that leads astray, or is too long")
    _require_questions(nodes, inner, features)


def _reach_roots(above: np.ndarray, root: np.ndarray) -> bool:
    """Whether so many steps up from any node end at the first node of its tree."""
    reached = np.arange(len(above))
    for _ in range(DEEPEST):
        reached = above[reached]
    return bool(root[reached].all())


def _require_questions(nodes: Mapping[str, np.ndarray], inner: np.ndarray, features: int) -> None:
    asked = nodes["split_indices"]
    if not ((asked >= 0) & (asked < features)).all():
        raise ValueError("a tree asks for a feature that there is not")
    if nodes["split_type"].any() or (nodes["default_left"] > 1).any():
        raise ValueError("a tree asks in a way that this project does not")
    if (np.abs(nodes["split_conditions"][~inner]) > LARGEST).any():
        raise ValueError("a tree has a leaf that is out of range")


def _split(nodes: Mapping[str, np.ndarray], sizes: np.ndarray, features: int) -> list[dict[str, Any]]:
    """The checked trees one by one, as XGBoost writes them."""
    ends = np.cumsum(sizes)[:-1]
    parts = {name: np.split(array, ends) for name, array in nodes.items()}
    empty = {name: np.zeros(0, dtype) for name, dtype in EMPTY.items()}
    trees = []
    for number, size in enumerate(sizes.tolist()):
        own = {name: arrays[number] for name, arrays in parts.items()}
        trees.append(dict(sorted({**_rest(number, size, features), **empty, **own}.items())))
    return trees
