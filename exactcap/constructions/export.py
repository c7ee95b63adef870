"""Files of float64 networks for other programs: NumPy's .npz and ONNX."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from exactcap import __version__
from exactcap.constructions.rounding import FloatLayer
from exactcap.errors import InputError

IR_VERSION, OPSET = 8, 17  # what runtimes since 2022 read
ONNX_START = b"\x08" + bytes([IR_VERSION]) + b"\x12\x08exactcap"


def npz_bytes(layers: Sequence[FloatLayer], about: Mapping[str, Any]) -> bytes:
    """An .npz file: W1, b1, W2, b2, ... (h -> psi_k(W_k h + b_k)), activations, and ``about`` as text of JSON."""
    arrays = {f"{name}{k}": getattr(layer, name) for k, layer in enumerate(layers, start=1) for name in "Wb"}
    stream = io.BytesIO()
    np.savez(
        stream,
        **arrays,
        activations=np.array([layer.activation for layer in layers]),
        about=np.array(json.dumps(about, sort_keys=True)),
    )
    return stream.getvalue()


def onnx_bytes(layers: Sequence[FloatLayer], about: Mapping[str, Any]) -> bytes:
    """An ONNX model from "input" (rows x columns, float64) to "output"; ``about`` becomes its metadata.

    Raises:
        InputError: the package onnx is missing, or the model is too large for its format.
    """
    try:
        from onnx import TensorProto, checker, helper, numpy_helper
    except ImportError:
        raise InputError("format: onnx needs the package of that name; pip install 'exactcap[onnx]'") from None
    nodes, tensors, at = [], [], "input"
    for k, layer in enumerate(layers, start=1):
        end = "output" if k == len(layers) else f"h{k}"
        sums = end if layer.activation == "identity" else f"s{k}"
        tensors += [numpy_helper.from_array(layer.W, f"W{k}"), numpy_helper.from_array(layer.b, f"b{k}")]
        nodes.append(helper.make_node("Gemm", [at, f"W{k}", f"b{k}"], [sums], transB=1))
        if layer.activation == "relu":
            nodes.append(helper.make_node("Relu", [sums], [end]))
        elif layer.activation == "threshold":  # 1 above 0, else 0
            nodes.append(helper.make_node("Greater", [sums, "zero"], [f"above{k}"]))
            nodes.append(helper.make_node("Cast", [f"above{k}"], [end], to=TensorProto.DOUBLE))
        at = end
    tensors.append(numpy_helper.from_array(np.zeros(()), "zero"))
    ends = [
        helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["rows", size])
        for name, size in (("input", layers[0].W.shape[1]), ("output", len(layers[-1].b)))
    ]
    graph = helper.make_graph(nodes, "exactcap", ends[:1], ends[1:], tensors)
    model = helper.make_model(
        graph,
        ir_version=IR_VERSION,
        producer_name="exactcap",
        producer_version=__version__,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    helper.set_model_props(model, {key: json.dumps(value) for key, value in about.items()})
    try:
        checker.check_model(model)
        return bytes(model.SerializeToString())
    except ValueError:  # 2 GiB are the limit of the format
        raise InputError("format: the network is too large for onnx; export it as numpy") from None
