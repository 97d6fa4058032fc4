#pragma once
#include "core/runs/tables/table.h"

#include <string>

namespace lacuna {

/// How the columns lie in a file.
enum class TableLayout {
    Sealed,  ///< compressed, text of fixed length: for reading, also by h5py and pandas
    Live,    ///< made to grow (see LiveFile): not compressed, text as bytes and ends
};

/// The bytes of an HDF5 file with this content. Made in memory, so that a full disk never meets a half-written file of
/// the library's: writeFileAtomically puts it on the disk as a whole. Throws ResourceError when memory is short.
std::string tableImage(const TableFile& content, TableLayout layout);

}  // namespace lacuna
