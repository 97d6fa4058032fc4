// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The one precompiled header of everything that computes. Torch's autograd headers would cost every file another 2 s
// (the few with a backward of their own include them), torch/torch.h 30 s.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
