// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// libsentencepiece (an object of its own flag library) and libc10 (an int) both export a variable of this name, and the
// loader makes one of the two: whichever comes first holds both. In libc10 the larger object ran over its neighbours,
// so that libtorch aborted the process where it should have thrown, when memory was short. Here, before both of them,
// there is room; libc10 only ever reads its int, at the start of its logging, which we leave alone.
alignas(16) char FLAGS_minloglevel[64];
