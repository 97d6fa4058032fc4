// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

#include <string>

namespace lacuna {

/// An HTML page as PDF: A4, its <svg> elements as pictures. A QGuiApplication must be there. Written whole or not at
/// all. Throws ResourceError when the file cannot be written.
void writePdfOf(const std::string& html, const QString& file);

}  // namespace lacuna
