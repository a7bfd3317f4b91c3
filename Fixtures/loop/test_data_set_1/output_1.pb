BhistoryJ`CVP@fGB¿ZHä?Ó­ñ@ð’ì¿Flœ@±‚‰A=o‹À`´FA‡BKÁsjæAkYžBsÞ¥ÁŽ{B#CAz,ÂƒbCO¯¦CVq°ÂFYˆC‚(DwÁ2Ã7©
D