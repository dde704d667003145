"""Arguments with a wrong value that is not refused by an error that names the argument, yet."""

NOT_YET = """
StatelessScope.collect_losses StatelessScope.initialize_variables StatelessScope.state_mapping
Variable.aggregation Variable.autocast Variable.constraint Variable.initializer Variable.name
Variable.regularizer Variable.shape Variable.synchronization Variable.trainable
activations.relu.max_value activations.relu.negative_slope activations.relu.threshold
activations.serialize.activation backend.arange.start backend.arange.step backend.arange.stop
backend.batch_flatten.x backend.batch_get_value.tensors backend.batch_set_value.tuples
backend.bias_add.data_format backend.clip.x_max backend.clip.x_min backend.concatenate.tensors
backend.count_params.x backend.dropout.level backend.dropout.noise_shape backend.dtype.x
backend.eye.size backend.gather.indices backend.get_uid.prefix backend.int_shape.x
backend.map_fn.elems backend.map_fn.fn backend.name_scope.deduplicate
backend.name_scope.override_parent backend.ndim.x backend.permute_dimensions.pattern
backend.repeat.n backend.repeat_elements.rep backend.reshape.newshape backend.reverse.axes
backend.set_floatx.value backend.set_image_data_format.data_format backend.stack.x
backend.variable.constraint callbacks.TensorBoard.update_freq config.set_backend.backend
constraints.serialize.constraint initializers.STFT.window initializers.serialize.initializer
layers.Bidirectional.backward_layer layers.Bidirectional.merge_mode layers.Bidirectional.weights
layers.EinsumDense.output_shape layers.Embedding.weights layers.Input.tensor
layers.IntegerLookup.salt layers.IntegerLookup.vocabulary layers.IntegerLookup.vocabulary_dtype
layers.KerasTensor.dtype layers.KerasTensor.name layers.KerasTensor.shape layers.Lambda.arguments
layers.Lambda.function layers.Lambda.mask layers.Masking.mask_value
layers.MultiHeadAttention.attention_axes layers.MultiHeadAttention.output_shape
layers.PReLU.shared_axes layers.StackedRNNCells.cells layers.StringLookup.salt
layers.StringLookup.vocabulary layers.TextVectorization.split layers.TextVectorization.standardize
layers.TextVectorization.vocabulary layers.serialize.layer
losses.categorical_generalized_cross_entropy.y_pred losses.circle.ref_embeddings
losses.circle.ref_labels losses.serialize.loss metrics.AUC.label_weights metrics.AUC.thresholds
metrics.BinaryIoU.target_class_ids metrics.FalseNegatives.thresholds
metrics.FalsePositives.thresholds metrics.IoU.target_class_ids metrics.MeanMetricWrapper.fn
metrics.OneHotIoU.target_class_ids metrics.Precision.thresholds metrics.Recall.thresholds
metrics.TrueNegatives.thresholds metrics.TruePositives.thresholds metrics.serialize.metric
metrics.sparse_top_k_categorical_accuracy.y_pred metrics.top_k_categorical_accuracy.y_pred
models.Sequential.layers models.clone_model.clone_function models.model_from_json.json_string
ops.array_split.indices_or_sections ops.associative_scan.elems ops.bitwise_invert.x
ops.bitwise_not.x ops.cond.pred ops.conv_transpose.output_padding ops.ctc_decode.inputs
ops.einsum.subscripts ops.extract_sequences.x ops.fft.x ops.fft2.x ops.fori_loop.init_val
ops.geomspace.axis ops.get_item.key ops.get_item.x ops.histogram.bins ops.histogram.range
ops.ifft2.x ops.image.crop_images.images ops.irfft.x ops.istft.window ops.istft.x ops.jvp.fun
ops.jvp.primals ops.jvp.tangents ops.linspace.axis ops.logspace.axis ops.map.xs
ops.meshgrid.indexing ops.nanpercentile.q ops.nanquantile.q ops.nonzero.x ops.norm.ord
ops.percentile.q ops.quantile.q ops.rearrange.pattern ops.scan.init ops.scan.xs
ops.select.choicelist ops.select.condlist ops.slice.shape ops.stft.window ops.stft.x
ops.switch.branches ops.switch.index ops.take.indices ops.take.x ops.tensordot.axes
ops.unique.axis ops.vectorize.excluded ops.vectorized_map.elements ops.while_loop.body
ops.while_loop.cond ops.while_loop.loop_vars optimizers.MultiOptimizer.optimizer_map
optimizers.Muon.adam_beta_1 optimizers.Muon.adam_beta_2 optimizers.Muon.adam_weight_decay
optimizers.Muon.exclude_layers optimizers.Muon.rms_rate
optimizers.schedules.CosineDecayRestarts.t_mul
optimizers.schedules.PiecewiseConstantDecay.boundaries preprocessing.image.array_to_img.dtype
preprocessing.image.array_to_img.x preprocessing.image.img_to_array.dtype
preprocessing.image.img_to_array.img preprocessing.image.load_img.path
preprocessing.image.load_img.target_size preprocessing.image.save_img.file_format
preprocessing.image.save_img.path preprocessing.image.save_img.x
preprocessing.image_dataset_from_directory.class_names
preprocessing.image_dataset_from_directory.color_mode
preprocessing.image_dataset_from_directory.data_format
preprocessing.image_dataset_from_directory.image_size
preprocessing.image_dataset_from_directory.interpolation
preprocessing.image_dataset_from_directory.labels preprocessing.image_dataset_from_directory.seed
preprocessing.sequence.pad_sequences.dtype preprocessing.sequence.pad_sequences.sequences
preprocessing.sequence.pad_sequences.value preprocessing.text_dataset_from_directory.class_names
preprocessing.text_dataset_from_directory.labels
preprocessing.text_dataset_from_directory.max_length
preprocessing.text_dataset_from_directory.seed preprocessing.timeseries_dataset_from_array.data
random.dropout.noise_shape regularizers.serialize.regularizer tree.assert_same_paths.a
tree.assert_same_paths.b tree.assert_same_structure.a tree.assert_same_structure.b
tree.map_shape_structure.structure tree.map_structure.func tree.map_structure_up_to.func
tree.map_structure_up_to.shallow tree.pack_sequence_as.flat_sequence
tree.pack_sequence_as.structure utils.Progbar.stateful_metrics utils.Progbar.stateless_metrics
utils.normalize.axis utils.split_dataset.dataset utils.to_categorical.x
"""
