"""Owns how masks travel: which entries of a sequence are padding, from layer to layer.

A mask is a bool tensor kept on the tensor it belongs to, as `_keras_mask`.
"""

from __future__ import annotations

import warnings
from typing import Any

from pykeras_core import tree
from pykeras_core.layers.call_spec import CallSpec, is_tensor_like

__all__ = ["LayerMasks", "get_keras_mask", "set_keras_mask"]


def get_keras_mask(x: Any) -> Any:
    """Returns the mask kept on `x`, or `None`."""
    return getattr(x, "_keras_mask", None)


def set_keras_mask(x: Any, mask: Any) -> None:
    """Keeps `mask` on the tensor `x`.

    Args:
        x: Tensor or placeholder.
        mask: Bool tensor, `True` where `x` holds data and not padding.
    """
    x._keras_mask = mask


class LayerMasks:
    """The part of `Layer` that takes masks from its inputs and puts them on its outputs."""

    name: str
    _supports_masking: bool

    @property
    def supports_masking(self) -> bool:
        """Whether a mask on the inputs is passed on to the outputs."""
        return self._supports_masking

    @supports_masking.setter
    def supports_masking(self, value: bool) -> None:
        self._supports_masking = value

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Returns the outputs' mask; the base class returns the inputs'.

        Args:
            inputs: The first argument of the call.
            previous_mask: Its mask, bool tensor or `None`, nested like `inputs`.

        Returns:
            Bool tensor or `None`, nested like the outputs.
        """
        return previous_mask

    def _fill_in_masks(self, spec: CallSpec, kwargs: dict[str, Any]) -> Any:
        """Fills in mask arguments from the tensors; returns the first argument's mask."""
        single = len(spec.tensor_arguments) == 1
        for name, value in spec.tensor_arguments.items():
            mask_name = "mask" if single else f"{name}_mask"
            if mask_name in spec.arguments and spec.arguments[mask_name] is None:
                kwargs[mask_name] = tree.map_structure(get_keras_mask, value)
        if kwargs.get("mask") is not None:
            return kwargs["mask"]
        return tree.map_structure(get_keras_mask, spec.first_arg)

    def _pass_mask_on(self, inputs: Any, outputs: Any, previous_mask: Any) -> None:
        if not self.supports_masking:
            if any(mask is not None for mask in tree.flatten(previous_mask)):
                warnings.warn(
                    f"`{type(self).__name__}` '{self.name}' received an input with a mask, which "
                    "it does not support: the mask ends here, and layers after it see none.",
                    stacklevel=3,
                )
            return
        leaves = [leaf for leaf in tree.flatten(outputs) if is_tensor_like(leaf)]
        if all(get_keras_mask(leaf) is not None for leaf in leaves):
            return
        masks = self.compute_mask(inputs, previous_mask)
        if masks is None:
            return
        for leaf, mask in zip(leaves, tree.flatten(masks), strict=False):
            if mask is not None and get_keras_mask(leaf) is None:
                set_keras_mask(leaf, mask)
