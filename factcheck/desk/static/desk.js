// Pages are whole without this file. What it adds: news of the record as they come.
"use strict";
