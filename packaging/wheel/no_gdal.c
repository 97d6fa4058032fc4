// SPDX-FileCopyrightText: 2026 The Lacuna authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A GDAL that knows no format, in place of the one that OpenCV's picture codecs ask for: theirs brings a hundred libraries
// and 0.15 s at each start, for maps that Lacuna never reads (core/images looks at a picture's own first bytes before
// OpenCV sees it, and takes JPEG, PNG, WebP, BMP, GIF and TIFF alone). GDALOpen says "not mine", so that nothing below
// it is ever called.
#include <stddef.h>

void GDALAllRegister(void) {}
void* GDALOpen(const char* file, int access) {
    (void)file, (void)access;
    return NULL;
}

// Needs of the linker alone, by their C++ names.
#define NEVER_CALLED(name) \
    void name(void);       \
    void name(void) { __builtin_trap(); }
NEVER_CALLED(GDALClose)
NEVER_CALLED(GDALGetDataTypeName)
NEVER_CALLED(_ZN11GDALDataset13GetRasterBandEi)
NEVER_CALLED(_ZN11GDALDataset14GetRasterCountEv)
NEVER_CALLED(_ZN11GDALDataset14GetRasterXSizeEv)
NEVER_CALLED(_ZN11GDALDataset14GetRasterYSizeEv)
NEVER_CALLED(_ZN14GDALRasterBand17GetRasterDataTypeEv)
NEVER_CALLED(_ZN14GDALRasterBand8GetXSizeEv)
NEVER_CALLED(_ZN14GDALRasterBand8GetYSizeEv)
NEVER_CALLED(_ZN14GDALRasterBand8RasterIOE10GDALRWFlagiiiiPvii12GDALDataTypexxP20GDALRasterIOExtraArg)
NEVER_CALLED(_ZNK14GDALColorTable13GetColorEntryEi)
NEVER_CALLED(_ZNK14GDALColorTable24GetPaletteInterpretationEv)
