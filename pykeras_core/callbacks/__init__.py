"""`keras.callbacks`: what is called as training goes on. Names only."""

from pykeras_core.callbacks.backup import BackupAndRestore
from pykeras_core.callbacks.base import Callback
from pykeras_core.callbacks.callback_list import CallbackList
from pykeras_core.callbacks.checkpoint import ModelCheckpoint
from pykeras_core.callbacks.csv_logger import CSVLogger
from pykeras_core.callbacks.ema import SwapEMAWeights
from pykeras_core.callbacks.history import History
from pykeras_core.callbacks.lambda_callback import LambdaCallback
from pykeras_core.callbacks.learning_rate import LearningRateScheduler, ReduceLROnPlateau
from pykeras_core.callbacks.progbar_logger import ProgbarLogger
from pykeras_core.callbacks.remote_monitor import RemoteMonitor
from pykeras_core.callbacks.stopping import EarlyStopping, TerminateOnNaN
from pykeras_core.callbacks.tensorboard import TensorBoard

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]
