#pragma once
// The one precompiled header of everything that computes: ATen and the autograd core, never torch/torch.h (30 s a
// file).
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/variable.h>
