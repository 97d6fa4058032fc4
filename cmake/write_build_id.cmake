# SPDX-FileCopyrightText: 2026 The Lacuna authors
# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DFOLDER=… -DVERSION=… -DOUTPUT=… -P write_build_id.cmake: see BuildId.cmake.
file(GLOB_RECURSE headers RELATIVE ${FOLDER} ${FOLDER}/*.h)
list(SORT headers)
set(all "")
foreach(header ${headers})
    file(SHA256 ${FOLDER}/${header} hash)
    string(APPEND all "${header} ${hash}\n")
endforeach()
string(SHA256 hash "${all}")
string(SUBSTRING ${hash} 0 12 hash)
file(WRITE ${OUTPUT} "#pragma once\n#define LACUNA_BUILD_ID \"${VERSION}-${hash}\"\n")
